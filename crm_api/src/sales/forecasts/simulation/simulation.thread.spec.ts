import { setImmediate } from 'node:timers/promises';
import { simulate, type SimulationOrder } from './simulate.js';
import { SimulationThread } from './simulation.thread.js';

describe('the thread of the simulations', () => {
  const order: SimulationOrder = { wonCents: 100, deals: Array.from({ length: 400 }, (_, index) => ({ id: `deal ${index}`, cents: 1_000 + index, probability: 0.1 + index / 500 })), correlation: 0.1, seed: 7, draws: 10_000 };
  const { deals: [first, ...others] } = order;
  if (!first) throw new Error('no deal');

  it('draws what the simulation draws while the event loop goes on, and draws the same order once', async () => {
    const thread = new SimulationThread();
    let [turns, isDone] = [0, false];
    const drawing = thread.draw(order).finally(() => { isDone = true; });
    for (; !isDone; turns += 1) await setImmediate();
    expect(turns).toBeGreaterThan(20);
    const drawn = await drawing;
    expect(drawn).toEqual(simulate(order));
    expect(await thread.draw({ ...order, deals: [...order.deals] })).toBe(drawn);
    // Whatever it is drawn from makes it another one.
    for (const other of [{ seed: 8 }, { wonCents: 101 }, { correlation: 0 }, { draws: 200 }, { deals: others }, { deals: [{ ...first, cents: 999 }, ...others] }, { deals: [{ ...first, probability: 0.9 }, ...others] }, { deals: [{ ...first, id: 'other' }, ...others] }]) {
      expect(await thread.draw({ ...order, ...other })).withContext(JSON.stringify(other).slice(0, 80)).toEqual(simulate({ ...order, ...other }));
    }
    for (let seed = 100; seed < 164; seed += 1) await thread.draw({ ...order, deals: [], seed });
    expect(await thread.draw(order)).withContext('only the last ones are kept').not.toBe(drawn);
    await thread.close();
  });

  it('says why an order cannot be drawn and goes on, also after it died', async () => {
    const thread = new SimulationThread();
    await expectAsync(thread.draw({ ...order, draws: -1 })).toBeRejectedWithError(/The simulation failed: Invalid typed array length/);
    await expectAsync(thread.draw({ ...order, draws: -1 })).toBeRejectedWithError(/The simulation failed/);
    const cut = expectAsync(thread.draw(order)).toBeRejectedWithError(/died/);
    await thread.close();
    await cut;
    expect(await thread.draw(order)).toEqual(simulate(order));
    await thread.close();
  });
});
