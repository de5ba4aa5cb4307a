/**
 * A file of the server's, given to the person.
 */
import { fetchFile, useSend } from '../ask/send.ts'
import { download } from './csv.ts'
import { useTold } from './refusal.ts'

/** Fetches a file by its hash or path, with the rights of whoever asks, and saves it under a name. */
export function useFetchFile(): (file: string, name: string) => void {
  const send = useSend()
  const { failed } = useTold()
  const save = async (file: string, name: string) => {
    const path = file.startsWith('/') ? file : `/files/${file}`
    const response = await send(fetchFile(path))
    if (!response.ok) {
      throw { offline: false, message: `HTTP ${response.status}`, trace: undefined }
    }
    download(name, await response.blob())
  }
  return (file, name) => {
    save(file, name).catch((error: unknown) => {
      const offline = error instanceof TypeError
      failed(offline ? { offline, message: error.message, trace: undefined } : error)
    })
  }
}
