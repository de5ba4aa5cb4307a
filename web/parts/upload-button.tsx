/**
 * Choosing a file and bringing it to the server, with how far it is.
 */
import { Button } from 'antd'
import { type ReactNode, useRef, useState } from 'react'
import { useSend } from '../ask/send.ts'
import { useWords } from '../words/words.ts'
import { useTold } from './refusal.ts'
import { FILE_LIMIT_BYTES, fileSize, uploadFile } from './upload.ts'

/** @property uploaded called with the file's name and the hash that the server answered */
export function UploadButton(
  { accept, uploaded, children }: {
    accept?: string
    uploaded: (name: string, file: string) => Promise<void>
    children: ReactNode
  },
) {
  const { say } = useWords()
  const send = useSend()
  const { refused, failed } = useTold()
  const field = useRef<HTMLInputElement>(null)
  const [percent, setPercent] = useState<number>()
  const bring = async (file: File) => {
    if (file.size > FILE_LIMIT_BYTES) {
      const message = say('import.too-large', { limit: fileSize(FILE_LIMIT_BYTES) })
      return refused({ code: 'FILE_TOO_LARGE', message })
    }
    try {
      const answer = await send(uploadFile(file, setPercent))
      if (answer.ok) await uploaded(file.name, answer.hash)
      else refused(answer)
    } catch (error) {
      failed(error)
    } finally {
      setPercent(undefined)
    }
  }
  return (
    <>
      <input
        ref={field}
        type='file'
        hidden
        accept={accept}
        onChange={({ target }) => {
          const [file] = target.files ?? []
          target.value = ''
          if (file) void bring(file)
        }}
      />
      <Button loading={percent !== undefined} onClick={() => field.current?.click()}>
        {percent === undefined ? children : say('import.uploading', { percent })}
      </Button>
    </>
  )
}
