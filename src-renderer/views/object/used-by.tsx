import type { ObjectName } from '../../../src-main/contract/objects.ts'
import { useLive } from '../../bridge/hooks.ts'
import { plural } from '../../components/format.ts'
import type { Property } from '../../kinds/define-kind.ts'
import { linkTo } from '../../kinds/shared-properties.tsx'
import { Properties } from './properties.tsx'
import styles from './summary.module.css'

/** What refers to an object or comes of it, as it is at every moment. */
export function UsedBy({ object, title }: { object: ObjectName; title: string }) {
  const { value } = useLive('objects.usedBy', object)
  if (!value) return null
  const { found, more, failed } = value
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
