/** How the window looks: `system` follows the machine. */
export type ThemeChoice = 'system' | 'light' | 'dark'
export type Density = 'compact' | 'comfortable'
export interface Appearance {
  theme: ThemeChoice
  density: Density
}

const key = 'slipway.appearance'
const standard: Appearance = { theme: 'system', density: 'compact' }

/** Reads an appearance that came from anywhere; unknown parts become the standard. */
export function parseAppearance(value: unknown): Appearance {
  const { theme, density } = (
    typeof value === 'object' && value ? value : {}
  ) as Partial<Appearance>
  return {
    theme: theme === 'light' || theme === 'dark' ? theme : 'system',
    density: density === 'comfortable' ? 'comfortable' : 'compact',
  }
}

/** The appearance of the last start in this browser, so that the first paint is right. */
export function rememberedAppearance(): Appearance {
  try {
    return parseAppearance(JSON.parse(localStorage.getItem(key) ?? 'null'))
  } catch {
    return standard
  }
}

/** Sets the tokens' attributes on the document, and remembers the choice for the next first paint. */
export function applyAppearance({ theme, density }: Appearance): void {
  const { dataset } = document.documentElement
  if (theme === 'system') delete dataset['theme']
  else dataset['theme'] = theme
  if (density === 'compact') delete dataset['density']
  else dataset['density'] = density
  try {
    localStorage.setItem(key, JSON.stringify({ theme, density }))
  } catch {
    // A browser that keeps nothing still shows the choice until it is closed.
  }
}
