import { classNames } from '../../components/class-names.ts'
import type { Property } from '../../kinds/define-kind.ts'
import { ObjectLinkTo } from './object-link.tsx'
import styles from './summary.module.css'

/** Labels at the left, values at the right, one below the other. */
export function Properties({
  properties,
  longLabels = false,
}: {
  properties: readonly Property[]
  longLabels?: boolean
}) {
  return (
    <dl className={classNames(styles['properties'], longLabels && styles['longLabels'])}>
      {properties.map(({ label, value, link, wraps }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: labels repeat, and the list is drawn anew as a whole
        <div key={`${label} ${index}`}>
          <dt title={label}>{label}</dt>
          <dd
            className={wraps ? styles['wraps'] : ''}
            {...(typeof value === 'string' && { title: value })}
          >
            {link ? <ObjectLinkTo link={link}>{value}</ObjectLinkTo> : <span>{value}</span>}
          </dd>
        </div>
      ))}
    </dl>
  )
}
