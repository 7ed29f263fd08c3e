import { describe, expect, it } from 'vitest'
import { called, ours } from './called'
import { speak } from './say.svelte'

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

  it('says one of ours by the first name in every language, a customer whole where the language asks for it', async () => {
    await speak('de')
    expect([ours('Aoife Brennan'), ours('Dr. Henrik Lindner'), called('Marta Oliveira')]).toEqual([
      'Aoife',
      'Dr. Henrik Lindner',
      'Marta Oliveira',
    ])
    await speak('en')
  })
})
