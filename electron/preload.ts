import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron';
import { channels } from './bridge/channels.ts';

/** All that the page gets of Electron. */
contextBridge.exposeInMainWorld('weft', {
  call: (name: string, params: unknown): Promise<unknown> => ipcRenderer.invoke(channels.call, name, params),
  on(listener: (event: string, data: unknown) => void): () => void {
    const tell = (_: IpcRendererEvent, event: string, data: unknown) => listener(event, data);
    ipcRenderer.on(channels.event, tell);
    return () => ipcRenderer.off(channels.event, tell);
  },
});
