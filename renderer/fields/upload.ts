import type { Answer } from '../../electron/bridge/contract.ts';
import { uploadInput } from '../state/uploads.ts';

/** Where the page finds a picture of `input/`. */
export function inputUrl(name: string): string {
  return `inputs/${name.split('/').map(encodeURIComponent).join('/')}`;
}

/** The first picture among what was dropped or pasted. */
export function pictureIn(data: DataTransfer): File | undefined {
  return [...data.files].find(({ type }) => type.startsWith('image/'));
}

/** Puts a picture into `input/`; answers with its name there. */
export async function uploadPicture(file: File): Promise<Answer<'input.upload'>> {
  const bytes = await base64(file);
  return uploadInput(file.name === '' ? 'pasted.png' : file.name, bytes);
}

function base64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
