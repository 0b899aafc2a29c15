import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const css = readFileSync('src-renderer/theme/tokens.css', 'utf8')
const declared = new Map(
  [...css.matchAll(/^\s*--([\w-]+):\s*(.+?);/gm)].map(([, name = '', value = '']) => [name, value]),
)

/** A token's colour in one theme as red, green, blue. */
function colour(name: string, theme: 0 | 1): [number, number, number] {
  const value = declared.get(name) ?? ''
  const alias = /^var\(--([\w-]+)\)/.exec(value)?.[1]
  if (alias) return colour(alias, theme)
  const pair = /^light-dark\((.+?),\s*(.+)\)$/.exec(value)
  const hex = (pair ? pair[theme + 1] : value)?.trim() ?? ''
  expect(hex, name).toMatch(/^#[0-9a-f]{6}$/)
  const channel = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16)
  return [channel(1), channel(3), channel(5)]
}

function luminance(rgb: readonly number[]): number {
  const [r = 0, g = 0, b = 0] = rgb.map(value => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** WCAG's contrast of two tokens. */
function contrast(a: string, b: string, theme: 0 | 1): number {
  const [x, y] = [luminance(colour(a, theme)), luminance(colour(b, theme))]
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05)
}

const surfaces = ['chrome', 'surface', 'sunken', 'raised', 'selected', 'selected-idle']
const washes = ['accent-wash', 'ok-wash', 'warn-wash', 'bad-wash', 'idle-wash']
const words = [
  'text',
  'text-2',
  'text-3',
  'accent-text',
  'ok-text',
  'warn-text',
  'bad-text',
  'idle-text',
]
const glyphs = ['ok', 'warn', 'bad', 'idle', 'info', 'line-3', 'focus']

test.each([
  { name: 'light', theme: 0 },
  { name: 'dark', theme: 1 },
] as const)('words keep 4.5:1 and glyphs 3:1 on every ground in the $name theme', ({ theme }) => {
  const poor = (names: string[], grounds: string[], least: number) =>
    names.flatMap(name =>
      grounds
        .filter(ground => contrast(name, ground, theme) < least)
        .map(ground => `${name} on ${ground}: ${contrast(name, ground, theme).toFixed(2)}`),
    )
  expect(poor(words, surfaces, 4.5)).toEqual([])
  expect(poor(['text', 'text-2'], [...washes, 'groove-on', 'groove'], 4.5)).toEqual([])
  expect(poor(glyphs, ['surface', 'chrome', 'sunken', 'raised'], 3)).toEqual([])
  expect(contrast('on-accent', 'accent', theme)).toBeGreaterThanOrEqual(4.5)
  expect(contrast('on-accent', 'danger', theme)).toBeGreaterThanOrEqual(4.5)
})
