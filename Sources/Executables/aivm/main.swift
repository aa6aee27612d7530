// The program: hand the words over, leave with the code.

import Commands
import Foundation
import ProcessMemory

Allocator.keepSmallPages()
exit(CommandLineInterface.run(Array(CommandLine.arguments.dropFirst())))
