/** A kind of picture that can be an input, with the extensions that it goes by; the first is given to files that have none of them. */
type PictureKind = { readonly extensions: readonly string[]; readonly begins: (head: string) => boolean };

const kinds: readonly PictureKind[] = [
  { extensions: ['.png'], begins: (head) => head.startsWith('\x89PNG\r\n\x1a\n') },
  { extensions: ['.jpg', '.jpeg'], begins: (head) => head.startsWith('\xff\xd8\xff') },
  { extensions: ['.webp'], begins: (head) => head.startsWith('RIFF') && head.startsWith('WEBP', 8) },
  { extensions: ['.gif'], begins: (head) => head.startsWith('GIF87a') || head.startsWith('GIF89a') },
  { extensions: ['.avif'], begins: (head) => head.startsWith('ftypavi', 4) },
  { extensions: ['.tif', '.tiff'], begins: (head) => head.startsWith('II*\0') || head.startsWith('MM\0*') },
];

/** The extensions of the kind of picture that bytes begin as; undefined if they are no picture. */
export function pictureExtensionsOf(bytes: Uint8Array): readonly string[] | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 16)).toString('latin1');
  return kinds.find(({ begins }) => begins(head))?.extensions;
}
