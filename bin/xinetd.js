#!/usr/bin/env node
'use strict';
// xinetd(8): its flags and its behaviour.

require('./launch.js').daemon('xinetd', process.argv.slice(2));
