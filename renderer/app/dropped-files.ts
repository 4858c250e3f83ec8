/** The part of a dropped file or folder that is read. */
type Entry = Pick<FileSystemEntry, 'isFile' | 'isDirectory' | 'name'>;

/** How many files of folders are looked at. */
const mostFiles = 200;

/** All files of a drop, those in folders too; of folders only such that can hold a workflow. */
export async function droppedFiles(transfer: Pick<DataTransfer, 'items' | 'files'>): Promise<File[]> {
  // Both lists are emptied once the event is over.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? null);
  const files = [...transfer.files];
  if (!entries.some((entry) => entry?.isDirectory)) return files;
  const found: File[] = [];
  for (const entry of entries) if (entry !== null) await collect(entry, found, true);
  return found;
}

async function collect(entry: Entry, found: File[], named: boolean): Promise<void> {
  if (found.length >= mostFiles) return;
  if (isFile(entry)) {
    if (named || canHoldWorkflow(entry.name)) found.push(await new Promise<File>((done, fail) => entry.file(done, fail)));
  } else if (isFolder(entry)) {
    const reader = entry.createReader();
    // Each call gives some of the entries, and an empty list at the end.
    for (;;) {
      const some = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail));
      if (some.length === 0) return;
      for (const one of some) await collect(one, found, false);
    }
  }
}

function isFile(entry: Entry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: Entry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function canHoldWorkflow(name: string): boolean {
  return /\.(json|png|webp|jpe?g)$/i.test(name);
}
