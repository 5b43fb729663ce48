#!/usr/bin/env node
'use strict';
// inetd(8): the flags and the behaviour of the inetd that this name stands for.

require('./launch.js').daemon('inetd', process.argv.slice(2));
