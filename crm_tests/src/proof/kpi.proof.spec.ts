import { differences, ProofFixture } from './proof.fixture.js';

jasmine.DEFAULT_TIMEOUT_INTERVAL = 600_000;

describe('KPI proof', () => {
  let fixture: ProofFixture;
  beforeAll(async () => { fixture = await ProofFixture.start(1); });
  afterAll(() => fixture?.stop());

  it('finds every KPI equal', async () => {
    const report = await fixture.prove();
    expect(differences(report)).toEqual([]);
  });
});
