import { CelList, CelMap, Opaque, Optional, type Value } from '../evaluate/values.ts'

let lastText = ''
let lastLength = 0

/** The length of a text in code points. That of the last long text is remembered, since loops ask for it again. */
export function textLength(text: string): number {
  if (text.length < 1000) return countPoints(text)
  if (text !== lastText) {
    lastText = text
    lastLength = countPoints(text)
  }
  return lastLength
}

function countPoints(text: string): number {
  let pairs = 0
  for (let index = 0; index < text.length; index++)
    if ((text.charCodeAt(index) & 0xfc00) === 0xd800) pairs++
  return text.length - pairs
}

/** What a value's size counts for: elements, code points, bytes; 1 for what has none. */
export function actualSize(value: Value | undefined): number {
  if (typeof value === 'string') return textLength(value)
  if (value instanceof CelList || value instanceof CelMap) return value.size
  if (value instanceof Uint8Array) return value.length
  if (value instanceof Optional && value.value !== undefined) return actualSize(value.value)
  return value instanceof Opaque ? value.size : 1
}
