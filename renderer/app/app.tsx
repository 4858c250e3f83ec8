/** The editor's frame. */
export function App() {
  return <main>Weft</main>;
}
