/** A part of an object's status that says of one thing whether it is so. */
export interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string
  readonly message?: string
}

/** Types that name a trouble, or what is going on for a while: of Kubernetes' own kinds, and the names that others share. */
const goodWhenFalse = new RegExp(
  [
    'Pressure$|Failed$|Failure|Error$|Remaining$|ResizePending$|^PodResize',
    '^(NetworkUnavailable|ScalingLimited|Suspended|DisruptionTarget|Resizing|Dangling|Denied)$',
    '^(NonStructuralSchema|Terminating|Degraded|Stalled|Reconciling)$',
  ].join('|'),
)

/** Whether a condition is as it should be. */
export const isGood = ({ type, status }: Condition): boolean =>
  status === (goodWhenFalse.test(type) ? 'False' : 'True')
