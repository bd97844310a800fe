/** A program that holds a home until it is killed or its standard input ends. Arguments: the home, the program's name. */
import { holdHome } from '../../main/home/home-lock.ts';

const [home = '', program = ''] = process.argv.slice(2);
const lock = await holdHome(home, program);
process.stdout.write('held\n');
process.stdin.resume().on('end', () => void lock.release());
