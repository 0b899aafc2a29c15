/** Where a window stands, in the display's own units. */
export interface Place {
  x: number
  y: number
  width: number
  height: number
}

export interface WindowPlace extends Place {
  maximized: boolean
}

export const leastSize = { width: 960, height: 600 }
const usualSize = { width: 1360, height: 860 }
/** So much of a window must lie on a display for a person to take hold of it. */
const handle = 80

/**
 * Where to open the window: where it was, if that can be seen on one of the displays, and no bigger than that display;
 * else in the middle of the first.
 */
export function fitPlace(
  kept: Partial<WindowPlace> | undefined,
  displays: readonly Place[],
): WindowPlace {
  const place = isPlace(kept) ? kept : undefined
  const home = place && displays.find(display => overlaps(place, display))
  const display = home ?? displays[0] ?? { x: 0, y: 0, ...usualSize }
  const width = clamp(place?.width ?? usualSize.width, leastSize.width, display.width)
  const height = clamp(place?.height ?? usualSize.height, leastSize.height, display.height)
  const middle = {
    x: Math.round(display.x + (display.width - width) / 2),
    y: Math.round(display.y + (display.height - height) / 2),
  }
  const { x, y } = home && place ? place : middle
  return { x, y, width, height, maximized: kept?.maximized === true }
}

function isPlace(kept: Partial<WindowPlace> | undefined): kept is WindowPlace {
  return [kept?.x, kept?.y, kept?.width, kept?.height].every(Number.isFinite)
}

/** Whether the window's title bar can be reached on the display. */
function overlaps(place: Place, display: Place): boolean {
  const across =
    Math.min(place.x + place.width, display.x + display.width) - Math.max(place.x, display.x)
  return (
    across >= handle && place.y >= display.y - 8 && place.y <= display.y + display.height - handle
  )
}

/** `least` gives way where the display itself is smaller. */
const clamp = (value: number, least: number, most: number) =>
  Math.min(Math.max(Math.round(value), least), most)
