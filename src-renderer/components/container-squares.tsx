import { classNames } from './class-names.ts'
import styles from './container-squares.module.css'

export interface Square {
  readonly name: string
  /** Small, and first. */
  readonly init: boolean
  readonly state: 'ready' | 'not-ready' | 'waiting' | 'not-placed' | 'failed' | 'ended'
  /** Name, state, reason, restarts, since when. */
  readonly title: string
}

const look: Record<Square['state'], string | undefined> = {
  ready: styles['ready'],
  'not-ready': styles['notReady'],
  waiting: styles['waiting'],
  'not-placed': styles['notPlaced'],
  failed: styles['failed'],
  ended: styles['ended'],
}

/** One square to a container, its state in fill and outline. */
export function ContainerSquares({ squares }: { squares: readonly Square[] }) {
  if (!squares.length) return null
  return (
    <span
      className={styles['squares']}
      role="img"
      aria-label={squares.map(({ title }) => title).join('; ')}
    >
      {squares.map(({ name, init, state, title }) => (
        <i
          key={`${init} ${name}`}
          className={classNames(look[state], init && styles['init'])}
          title={title}
        />
      ))}
    </span>
  )
}
