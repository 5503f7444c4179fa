#include "main/commands/command_line.h"

int main(int argc, char** argv) {
    return atelier::runCommandLine(argc, argv);
}
