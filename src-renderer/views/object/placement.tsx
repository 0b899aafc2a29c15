import type { WhyPanel } from '../../../src-main/contract/objects.ts'
import { plural } from '../../components/format.ts'
import { ObjectLinkTo } from './object-link.tsx'
import styles from './placement.module.css'

const maxNames = 6

/** What the nodes object to a pod that none of them takes: each reason with whom it is of. */
export function Placement({ placement }: { placement: NonNullable<WhyPanel['placement']> }) {
  const { nodeCount, reasons, fits } = placement
  return (
    <table className={styles['placement']} aria-label="Why the nodes do not take this pod">
      <thead>
        <tr>
          <th scope="col">Reason</th>
          <th scope="col">Nodes, {nodeCount} in all</th>
        </tr>
      </thead>
      <tbody>
        {reasons.map(({ reason, plugin, count, nodes }) => (
          <tr key={`${plugin} ${reason}`}>
            <td>
              {reason}
              {plugin && <span>{plugin}</span>}
            </td>
            <td>
              {nodes.length > 0 ? <NodeNames names={nodes} count={count} /> : plural(count, 'node')}
            </td>
          </tr>
        ))}
        {fits.length > 0 && (
          <tr>
            <td>
              Would take it now<span>tried again within seconds</span>
            </td>
            <td>
              <NodeNames names={fits} count={fits.length} />
            </td>
          </tr>
        )}
      </tbody>
    </table>
  )
}

function NodeNames({ names, count }: { names: readonly string[]; count: number }) {
  const shown = names.slice(0, maxNames)
  return (
    <span title={names.join(', ')}>
      {shown.map((name, index) => (
        <span key={name}>
          {index > 0 && ', '}
          <ObjectLinkTo link={{ kind: 'Node', name }}>{name}</ObjectLinkTo>
        </span>
      ))}
      {count > shown.length && ` and ${count - shown.length} more`}
    </span>
  )
}
