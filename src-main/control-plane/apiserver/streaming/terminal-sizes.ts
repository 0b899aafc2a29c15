export interface TerminalSize {
  Width: number
  Height: number
}

/** Far more than one size needs. */
const maxTextLength = 1024

/** Reads the JSON objects by which a client tells its terminal's size, however they were split on the way. */
export class TerminalSizes {
  #text = ''

  /** The sizes that are complete with these bytes; what is no size is skipped. */
  push(bytes: Uint8Array): TerminalSize[] {
    const parts = (this.#text + Buffer.from(bytes).toString('latin1')).split('}')
    this.#text = (parts.pop() ?? '').slice(-maxTextLength)
    return parts.flatMap(part => parseSize(`${part}}`))
  }
}

/** Keys are taken in any case, as Go's decoder does: the JavaScript client writes `width` and `height`. */
function parseSize(text: string): TerminalSize[] {
  try {
    const given = Object.entries(JSON.parse(text) as Record<string, unknown>)
    const [Width, Height] = ['width', 'height'].map(
      name => given.find(([key]) => key.toLowerCase() === name)?.[1],
    )
    const isSize = Number.isInteger(Width) && Number.isInteger(Height)
    return isSize ? [{ Width, Height } as TerminalSize] : []
  } catch {
    return []
  }
}
