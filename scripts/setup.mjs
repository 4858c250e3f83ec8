console.log('setup', process.version);
