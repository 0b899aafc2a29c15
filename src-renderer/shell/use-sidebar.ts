import { useCallback, useState } from 'react'
import { useSetting } from '../bridge/hooks.ts'
import { currentRoute } from '../bridge/location.ts'
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
  const [calledAt, setCalledAt] = useState<string>()
  const toggle = useCallback(() => {
    const here = formatRoute(currentRoute())
    if (lacksRoom) setCalledAt(at => (at === here ? undefined : here))
    else setHidden(!isHidden)
  }, [lacksRoom, isHidden, setHidden])
  return {
    isShown: lacksRoom ? calledAt === formatRoute(route) : !isHidden,
    isOverlay: lacksRoom,
    toggle,
  }
}
