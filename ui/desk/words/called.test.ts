import { describe, expect, it } from 'vitest'
import { called } from './called'

describe('how somebody is called', () => {
  it.each([
    ['Marta Oliveira', 'Marta'],
    ['Joost de Vries', 'Joost'],
    ['Gráinne Ní Fhlatharta', 'Gráinne'],
    ['Wilhelmina van der Straeten-Oosterhuis', 'Wilhelmina van der Straeten-Oosterhuis'],
    ['Dr. Henrik Lindner', 'Dr. Henrik Lindner'],
    ['Hilda & Pat Mannion', 'Hilda & Pat Mannion'],
    ['Sister Assumpta Moran', 'Sister Assumpta Moran'],
    ['info@customers.test', 'info@customers.test'],
    ['Cher', 'Cher'],
    ['سمير حدّاد', 'سمير حدّاد'],
  ])('%s is %s', (name, said) => expect(called(name)).toBe(said))

  it('says a business whole', () => {
    expect(called('Corrib Family Practice', 'Corrib Family Practice and out-of-hours clinic')).toBe(
      'Corrib Family Practice',
    )
  })
})
