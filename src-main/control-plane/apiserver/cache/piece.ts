/** Bytes that are written where they are needed: a list of many objects takes no memory of its own while it is sent. */
export interface Piece {
  /** In bytes. */
  readonly size: number
  /** Writes them into a buffer that has room for them. */
  copyInto(target: Buffer, at: number): void
}

/** Text as it is. */
export class TextPiece implements Piece {
  readonly size: number
  readonly #text: string

  constructor(text: string) {
    this.#text = text
    this.size = Buffer.byteLength(text)
  }

  copyInto(target: Buffer, at: number): void {
    target.write(this.#text, at)
  }
}

/** Pieces in one buffer. */
export function joined(pieces: readonly Piece[]): Buffer {
  const bytes = Buffer.allocUnsafe(pieces.reduce((sum, { size }) => sum + size, 0))
  let at = 0
  for (const piece of pieces) {
    piece.copyInto(bytes, at)
    at += piece.size
  }
  return bytes
}
