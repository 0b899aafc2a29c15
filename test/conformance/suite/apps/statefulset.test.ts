import { conformance } from '../../support/conformance.ts'
import { checkCollection, checkScale, checkStatus } from '../../support/workloads.ts'

conformance(
  '[sig-apps] StatefulSet Basic StatefulSet functionality [StatefulSetBasic] should have a working scale subresource [Conformance]',
  context => checkScale(context, 'StatefulSet'),
)

conformance(
  '[sig-apps] StatefulSet Basic StatefulSet functionality [StatefulSetBasic] should list, patch and delete a collection of StatefulSets [Conformance]',
  context => checkCollection(context, 'StatefulSet', 2),
)

conformance(
  '[sig-apps] StatefulSet Basic StatefulSet functionality [StatefulSetBasic] should validate Statefulset Status endpoints [Conformance]',
  context => checkStatus(context, 'StatefulSet'),
)
