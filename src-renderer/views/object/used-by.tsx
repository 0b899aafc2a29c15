import type { ObjectName } from '../../../src-main/contract/objects.ts'
import { plural } from '../../components/format.ts'
import type { Property } from '../../kinds/define-kind.ts'
import { linkTo } from '../../kinds/shared-properties.tsx'
import { Properties } from './properties.tsx'
import styles from './summary.module.css'
import { useFreshCall } from './use-fresh-call.ts'

const keptMs = 10_000

/** What refers to an object or comes of it, asked for when the object is shown and when its status changes. */
export function UsedBy({
  object,
  title,
  status,
}: {
  object: ObjectName
  title: string
  status: unknown
}) {
  const query = useFreshCall('objects.usedBy', object, JSON.stringify(status ?? null), keptMs)
  if (!query.data) return null
  const { found, more, failed } = query.data
  const properties: Property[] = [
    ...found.map(({ kind, name, namespace, how }, at) => ({
      label: found[at - 1]?.kind === kind ? '' : kind,
      value: how ? `${name}, ${how}` : name,
      link: linkTo(kind, name, namespace),
      wraps: true,
    })),
    ...(more ? [{ label: '', value: `and ${plural(more, 'more', 'more')}` }] : []),
    ...failed.map(({ kind, message }) => ({
      label: kind,
      value: `can’t be listed: ${message}`,
      wraps: true,
    })),
  ]
  return (
    <section className={styles['section']}>
      <h3>
        {title} <span>{found.length + more}</span>
      </h3>
      {properties.length ? (
        <Properties properties={properties} />
      ) : (
        <p className={styles['nothing']}>Nothing at this moment</p>
      )}
    </section>
  )
}
