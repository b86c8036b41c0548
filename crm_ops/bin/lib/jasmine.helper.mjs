// On a busy machine a spec with a real database may take longer than Jasmine's five seconds; one that hangs still ends.
jasmine.DEFAULT_TIMEOUT_INTERVAL = Math.max(jasmine.DEFAULT_TIMEOUT_INTERVAL, 60_000);
