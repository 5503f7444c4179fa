#pragma once

namespace atelier {

/// Does what the command line says. Returns the exit code: 0 done, 1 failed, 2 called in a wrong
/// way; what went wrong is one sentence on stderr.
int runCommandLine(int argc, char** argv);

}  // namespace atelier
