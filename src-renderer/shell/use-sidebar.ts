import { useState } from 'react'
import { useSetting } from '../bridge/hooks.ts'
import { formatRoute, type Route } from '../bridge/route.ts'
import { useMedia } from './use-media.ts'

const asBoolean = (value: unknown) => value === true

/**
 * Whether the sidebar shows. Where there is room for it that is a person's choice, which is remembered; in a narrow
 * window, or at a large zoom, it is closed until it is called, lies over the page, and goes when another page comes.
 */
export function useSidebar(route: Route) {
  const [isHidden, setHidden] = useSetting('sidebar.hidden', asBoolean)
  const lacksRoom = useMedia('(max-width: 799px)')
  const place = formatRoute(route)
  const [calledAt, setCalledAt] = useState<string>()
  const isCalled = calledAt === place
  return {
    isShown: lacksRoom ? isCalled : !isHidden,
    isOverlay: lacksRoom,
    toggle: () => (lacksRoom ? setCalledAt(isCalled ? undefined : place) : setHidden(!isHidden)),
  }
}
