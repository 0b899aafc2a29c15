import { useEffect, useRef } from 'react'
import type { CallName, InputOf } from '../../../src-main/contract/contract.ts'
import { useCall } from '../../bridge/hooks.ts'

/** The answer of a call about an object, asked for again whenever what it depends on has another `version`. */
export function useFreshCall<N extends CallName>(name: N, input: InputOf<N>, version: string) {
  const query = useCall(name, input)
  const known = useRef(version)
  const { refetch } = query
  useEffect(() => {
    if (known.current === version) return
    known.current = version
    void refetch()
  }, [version, refetch])
  return query
}
