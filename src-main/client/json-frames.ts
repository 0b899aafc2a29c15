/**
 * Cuts a stream of bytes into the JSON values it carries, one a line, as the frames of a watch. Chunks may end anywhere,
 * also within a character. Throws when a line isn't JSON, when the stream ends within a line that isn't whole,
 * and when a line is longer than `maxBytes`.
 */
export async function* jsonFrames<T>(
  bytes: AsyncIterable<Uint8Array>,
  maxBytes = 64 * 1024 * 1024,
): AsyncGenerator<T, void, void> {
  let parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of bytes) {
    let start = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const line = joinText([...parts, chunk.subarray(start, end)])
      parts = []
      length = 0
      start = end + 1
      if (line.trim()) yield parse<T>(line)
    }
    if (start < chunk.length) {
      parts.push(chunk.subarray(start))
      length += chunk.length - start
      if (length > maxBytes)
        throw new Error(`a frame of the stream is longer than ${maxBytes} bytes`)
    }
  }
  const rest = joinText(parts)
  if (rest.trim()) yield parse<T>(rest)
}

const newline = 0x0a

function joinText(parts: Uint8Array[]): string {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  for (const part of parts) text += decoder.decode(part, { stream: true })
  return text + decoder.decode()
}

function parse<T>(line: string): T {
  try {
    return JSON.parse(line) as T
  } catch (error) {
    throw new Error(`a frame of the stream is not JSON: ${line.slice(0, 80)}`, { cause: error })
  }
}
