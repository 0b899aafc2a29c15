import { useSetting } from '../../bridge/hooks.ts'
import {
  type Appearance,
  type Density,
  parseAppearance,
  rememberedAppearance,
} from '../../theme/theme.ts'

/** How the window looks, and how to change it. Until the core has answered, what the browser remembers. */
export function useAppearance(): readonly [Appearance, (appearance: Appearance) => void] {
  const [appearance, set] = useSetting('appearance', value =>
    value === undefined ? rememberedAppearance() : parseAppearance(value),
  )
  return [appearance, set]
}

/** What a density makes of a list: the height of a row in px, and how much wider its text is than in the compact one. */
export interface ListDensity {
  readonly rowHeight: number
  readonly textScale: number
}

const listDensities: Record<Density, ListDensity> = {
  compact: { rowHeight: 28, textScale: 1 },
  comfortable: { rowHeight: 36, textScale: 13 / 12 },
}

export const useListDensity = (): ListDensity => listDensities[useAppearance()[0].density]
