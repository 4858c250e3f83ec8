import styles from './keys.module.css';

/** A shortcut, such as `Ctrl+S`, as keys. */
export function Keys({ keys }: { readonly keys: string }) {
  return <kbd className={styles.keys}>{keys}</kbd>;
}
