import { administrationPages, pagesOfJourneys, plainPages, routesOfInterface } from './app.pages.js';

describe('pages of the interface', () => {
  it('are looked at by axe, each of them, in a journey', () => {
    const known = [...administrationPages.map((page) => `admin/${page}`), ...plainPages.signedOut, ...plainPages.signedIn, ...Object.keys(pagesOfJourneys)];
    const routes = routesOfInterface();
    expect(routes.length).toBeGreaterThan(30);
    expect([...routes].sort()).withContext('name a new page in app.pages.ts').toEqual([...known].sort());
  });
});
