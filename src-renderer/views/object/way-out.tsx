import type { WhyPanel } from '../../../src-main/contract/objects.ts'
import { useCore } from '../../bridge/hooks.ts'
import { Button } from '../../components/button.tsx'
import { type Action, toObject, toPodsOf, useAllowed } from '../shared/access.ts'
import { openLogs, question, type Target } from '../shared/operations.ts'
import styles from './summary.module.css'

/** What can be done about an object in trouble: the mend first, then the ways to look. */
export function WayOut({
  why: { mend },
  target,
  hasLogs,
}: {
  why: WhyPanel
  target: Target
  hasLogs: boolean
}) {
  const core = useCore()
  const { cluster } = target.object
  const actions: Action[] = []
  if (mend)
    actions.push({
      id: 'mend',
      cluster,
      label: mend.what === 'image' ? 'Change the image…' : 'Raise the limit…',
      needs: mend.writtenIn ? [toObject(mend.writtenIn, 'patch')] : [],
      ...(mend.reason && { reason: mend.reason }),
      onAction: () => question.set({ type: 'mend', target, mend }),
    })
  if (hasLogs)
    actions.push({
      id: 'logs',
      cluster,
      label: 'Last logs',
      needs: [toPodsOf(target, 'get', 'log')],
      onAction: () => void openLogs(core, target),
    })
  return (
    <div className={styles['mend']}>
      {useAllowed(actions).map(({ id, label, reason, onAction }) => (
        <Button
          key={id}
          small
          look={id === 'mend' ? 'primary' : 'plain'}
          {...(reason && { reason })}
          onPress={onAction}
        >
          {label}
        </Button>
      ))}
    </div>
  )
}
