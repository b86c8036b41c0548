// Chromium comes from CHROME_BIN, from Debian's package, or from the npm package that carries one, in this order.
const { existsSync } = require('node:fs');

const flags = [
  '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

async function chromium() {
  const known = [process.env.CHROME_BIN, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  const found = known.find((path) => path && existsSync(path));
  if (found) return found;
  const { default: packaged } = await import('@sparticuz/chromium');
  return packaged.executablePath();
}

module.exports = async (config) => {
  process.env.CHROME_BIN = await chromium();
  config.set({
    frameworks: ['jasmine'],
    plugins: [require('karma-jasmine'), require('karma-chrome-launcher'), require('karma-coverage')],
    client: { jasmine: { random: true }, clearContext: false },
    reporters: ['dots'],
    customLaunchers: { ChromeHeadlessCrm: { base: 'ChromeHeadless', flags } },
    browsers: ['ChromeHeadlessCrm'],
    browserNoActivityTimeout: 60000,
    captureTimeout: 120000,
    coverageReporter: {
      dir: require('node:path').join(__dirname, 'coverage'),
      subdir: '.',
      reporters: [{ type: 'text-summary' }, { type: 'json-summary' }],
      check: { global: { lines: 85 } },
    },
    restartOnFileChange: false,
  });
};
