import { expect, test } from 'vitest'
import { checkForm, emptyForm } from './cluster-form.ts'

const form = { ...emptyForm, name: 'feature-pay' }

test('empty parts are left to the core', () => {
  expect(checkForm(form, [])).toEqual({
    errors: {},
    input: { name: 'feature-pay', runtime: 'auto' },
  })
})

test('nodes count only on the simulated runtime', () => {
  expect(checkForm({ ...form, nodes: '3' }, []).input).not.toHaveProperty('nodes')
  expect(checkForm({ ...form, nodes: '3', runtime: 'simulated' }, []).input).toMatchObject({
    nodes: 3,
  })
})

test.each([
  [{ name: 'Feature' }, 'name'],
  [{ name: '-x' }, 'name'],
  [{ apiPort: '70000' }, 'apiPort'],
  [{ podCidr: '10.244.0.0' }, 'podCidr'],
  [{ serviceCidr: '10.999.0.0/16' }, 'serviceCidr'],
  [{ serviceCidr: '10.96.0.0/4' }, 'serviceCidr'],
])('%j is refused with a reason at the field', (part, field) => {
  const { errors, input } = checkForm({ ...form, ...part }, [])
  expect(Object.keys(errors)).toEqual([field])
  expect(input).toBeUndefined()
})

test('a name that is taken is refused before it is sent', () => {
  const taken = {
    id: 'local:feature-pay',
    name: 'feature-pay',
    kind: 'local',
    connection: 'connected',
  } as const
  expect(checkForm(form, [taken]).errors.name).toMatch(/already/)
})
