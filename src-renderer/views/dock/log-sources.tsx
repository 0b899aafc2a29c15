import type { LogSource } from '../../../src-main/contract/sessions.ts'
import { classNames } from '../../components/class-names.ts'
import styles from './log-sources.module.css'

const hues = ['blue', 'teal', 'moss', 'sand', 'rust', 'rose', 'slate', 'ink'] as const

/** What tells the lines of one source from those of others. */
export interface SourceLook {
  readonly colour: string
  readonly name: string
  readonly title: string
}

/** How sources look: a colour to each pod, and the end of its name that no other has. */
export function looksOf(sources: readonly LogSource[]): Map<number, SourceLook> {
  const pods = [...new Set(sources.map(({ pod }) => pod))]
  const several = new Set(sources.map(({ container }) => container)).size > 1
  return new Map(
    sources.map(({ id, pod, container }) => {
      const short = pods.length > 1 || !several ? shortName(pod) : ''
      return [
        id,
        {
          colour: `var(--id-${hues[pods.indexOf(pod) % hues.length]})`,
          name: [short, several && container].filter(Boolean).join('/'),
          title: `${container} in ${pod}`,
        },
      ]
    }),
  )
}

/** The last part of a generated name tells pods apart. */
const shortName = (pod: string) => pod.slice(pod.lastIndexOf('-') + 1)

/** The sources of a log as chips; one that is pressed off is left out of the view. */
export function LogSources({
  sources,
  looks,
  hidden,
  onHidden,
}: {
  sources: readonly LogSource[]
  looks: ReadonlyMap<number, SourceLook>
  hidden: ReadonlySet<number>
  onHidden: (hidden: ReadonlySet<number>) => void
}) {
  const toggle = (id: number) =>
    onHidden(new Set(hidden.has(id) ? [...hidden].filter(one => one !== id) : [...hidden, id]))
  return (
    <div className={styles['bar']} role="toolbar" aria-label="Sources">
      {sources.map(({ id, pod, container, gone }) => (
        <button
          key={id}
          type="button"
          className={classNames(styles['chip'], hidden.has(id) && styles['off'])}
          aria-pressed={!hidden.has(id)}
          aria-label={`${looks.get(id)?.name}${gone ? ' gone' : ''}, ${container} in ${pod}`}
          title={`${container} in ${pod}${gone ? ', its pod is gone' : ''}`}
          onClick={() => toggle(id)}
        >
          <i style={{ background: looks.get(id)?.colour }} />
          {looks.get(id)?.name}
          {gone && <span> gone</span>}
        </button>
      ))}
    </div>
  )
}
