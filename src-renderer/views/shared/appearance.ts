import { useSetting } from '../../bridge/hooks.ts'
import { type Appearance, parseAppearance, rememberedAppearance } from '../../theme/theme.ts'

/** How the window looks, and how to change it. Until the core has answered, what the browser remembers. */
export function useAppearance(): readonly [Appearance, (appearance: Appearance) => void] {
  const [appearance, set] = useSetting('appearance', value =>
    value === undefined ? rememberedAppearance() : parseAppearance(value),
  )
  return [appearance, set]
}

/** The height of a list's row in px, as the density has it. */
export const useRowHeight = (): number => (useAppearance()[0].density === 'compact' ? 28 : 36)
