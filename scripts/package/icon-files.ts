/** Pictures as PNG by their width and height in pixels; all are square. */
export type Pictures = ReadonlyMap<number, Uint8Array>

const icoSizes = [16, 24, 32, 48, 64, 128, 256]
/** Apple's names of the sizes that are stored as PNG; `ic11` to `ic14` are the doubled ones. */
const icnsTypes: [type: string, size: number][] = [
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic13', 256],
  ['ic08', 256],
  ['ic14', 512],
  ['ic09', 512],
  ['ic10', 1024],
]

/** A Windows icon: a directory of pictures, each a PNG. */
export function packIco(pictures: Pictures): Uint8Array {
  const chosen = icoSizes.map(size => ({ size, png: pictureOf(pictures, size) }))
  const header = Buffer.alloc(6 + 16 * chosen.length)
  header.writeUInt16LE(1, 2)
  header.writeUInt16LE(chosen.length, 4)
  let offset = header.length
  chosen.forEach(({ size, png }, index) => {
    const at = 6 + 16 * index
    // 256 does not fit a byte and is written as 0.
    header.writeUInt8(size % 256, at)
    header.writeUInt8(size % 256, at + 1)
    header.writeUInt16LE(1, at + 4)
    header.writeUInt16LE(32, at + 6)
    header.writeUInt32LE(png.length, at + 8)
    header.writeUInt32LE(offset, at + 12)
    offset += png.length
  })
  return Buffer.concat([header, ...chosen.map(({ png }) => png)])
}

/** An Apple icon: typed blocks, each with its length. */
export function packIcns(pictures: Pictures): Uint8Array {
  const blocks = icnsTypes.map(([type, size]) => block(type, pictureOf(pictures, size)))
  return block('icns', Buffer.concat(blocks))
}

function block(type: string, content: Uint8Array): Buffer {
  const header = Buffer.alloc(8)
  header.write(type, 'latin1')
  header.writeUInt32BE(8 + content.length, 4)
  return Buffer.concat([header, content])
}

function pictureOf(pictures: Pictures, size: number): Uint8Array {
  const png = pictures.get(size)
  if (!png) throw new Error(`there is no picture of ${size} pixels`)
  return png
}
