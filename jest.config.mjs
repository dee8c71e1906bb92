// Unit tests lie beside the code, integration tests in each workspace's test/ folder; those have a real PostgreSQL.
const transform = {
  '^.+\\.tsx?$': [
    '@swc/jest',
    { jsc: { target: 'es2024', parser: { syntax: 'typescript', tsx: true } }, module: { type: 'es6' } },
  ],
};

const common = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform,
  modulePathIgnorePatterns: ['/dist/', '/coverage/', '/test-results/', '/templates/[^/]+/files/'],
};

export default {
  rootDir: import.meta.dirname,
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: [
        '<rootDir>/{cli,gateway,web,services/*,shared/*,infra/*}/src/**/*.test.ts',
        '<rootDir>/test/tidy/**/*.test.ts',
      ],
      // The one test beside platform-like code that needs a server of its own.
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/shared/testing/src/postgres.test.ts'],
    },
    {
      ...common,
      displayName: 'integration',
      testMatch: [
        '<rootDir>/{gateway,services/*,shared/*,infra/*}/test/**/*.test.ts',
        '<rootDir>/shared/testing/src/*.test.ts',
        '<rootDir>/test/{stories,security,contract}/**/*.test.ts',
      ],
      testPathIgnorePatterns: ['/node_modules/', '/test/scaled/'],
      globalSetup: '<rootDir>/shared/testing/src/jest-global-setup.ts',
      globalTeardown: '<rootDir>/shared/testing/src/jest-global-teardown.ts',
    },
    // What needs the programs that check what operators are given, and a real Prometheus.
    { ...common, displayName: 'infra', testMatch: ['<rootDir>/test/infra/**/*.test.ts'] },
    // What needs a real Kafka or Redis as well.
    {
      ...common,
      displayName: 'scaled',
      testMatch: [
        '<rootDir>/{gateway,services/*,shared/*,infra/*}/test/scaled/**/*.test.ts',
        '<rootDir>/test/scaled/**/*.test.ts',
      ],
      globalSetup: '<rootDir>/shared/testing/src/scaled-global-setup.ts',
      globalTeardown: '<rootDir>/shared/testing/src/scaled-global-teardown.ts',
    },
  ],
  testTimeout: 30_000,
  maxWorkers: 2,
  coverageProvider: 'v8',
  collectCoverageFrom: [
    '{gateway,services/*,shared/*}/src/**/*.ts',
    '!**/*.test.ts',
    '!**/generated/**',
    '!**/templates/**/files/**',
    '!**/templates/*/check.ts',
    '!**/lease-renewal-thread.ts',
  ],
  coverageDirectory: 'coverage',
  coverageReporters: ['text-summary', 'html', 'lcov'],
  coverageThreshold: { global: { lines: 80, branches: 80 } },
};
