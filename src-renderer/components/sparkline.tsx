import { classNames } from './class-names.ts'
import styles from './sparkline.module.css'

const height = 14
const width = 40

/** A value's recent past as a line, up to `most` at the top; its words stand beside it. */
export function Sparkline({
  values,
  most,
  warns,
}: {
  values: readonly number[]
  most: number
  warns: boolean
}) {
  const top = Math.max(most, ...values)
  const step = width / Math.max(1, values.length - 1)
  const line = values.map((value, at) => {
    const y = height - 1 - (top ? (value / top) * (height - 2) : 0)
    return `${(values.length === 1 ? width : at * step).toFixed(1)},${y.toFixed(1)}`
  })
  const points = values.length === 1 ? [`0,${line[0]?.split(',')[1]}`, ...line] : line
  return (
    <svg
      className={classNames(styles['spark'], warns && styles['warns'])}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      aria-hidden
    >
      <polygon points={`0,${height} ${points.join(' ')} ${width},${height}`} />
      <polyline points={points.join(' ')} vectorEffect="non-scaling-stroke" />
    </svg>
  )
}
