import { AsyncQueue } from '#base/async-queue.ts'
import type { ByteStream, ProcessSession } from '#base/streams.ts'

const encoder = new TextEncoder()

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield encoder.encode(text)
}
async function* nothing(): AsyncGenerator<Uint8Array> {}

/** A process that prints one line and exits with 0. */
export function finishedProcess(line: string, stdin: boolean): ProcessSession {
  return {
    stdin: stdin ? { write: async () => {}, end() {} } : undefined,
    stdout: once(`${line}\n`),
    stderr: nothing(),
    exit: Promise.resolve(0),
    resize: async () => {},
    close() {},
  }
}

/** A server behind a port: answers each HTTP request with 200 and one line, and takes whatever else comes. */
export function answeringServer(line: string): ByteStream {
  const answers = new AsyncQueue<Uint8Array>()
  const decoder = new TextDecoder()
  let head = ''
  return {
    readable: answers,
    async write(bytes) {
      head += decoder.decode(bytes, { stream: true })
      if (head.length > 65_536) return answers.close()
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) return
      head = head.slice(end + 4)
      const body = `${line}\n`
      answers.push(
        encoder.encode(
          `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
        ),
      )
      answers.close()
    },
    end: () => answers.close(),
    close: () => answers.close(),
  }
}
