#include <iostream>

#include "app/accounts.h"
#include "main/commands/options.h"

namespace atelier {
namespace {

struct UserOptions {
    SettingInputs inputs;
    std::string email;
    std::string role = "user";
    std::int64_t credits = 0;
    bool password_from_stdin = false;
};

Result<std::string> readPassword() {
    std::string password;
    if (!std::getline(std::cin, password) || password.empty()) {
        return failure(ErrorCode::ValidationFailed,
                       "--password-stdin: expected the password on standard input");
    }
    return password;
}

Result<int> create(const UserOptions& options) {
    const auto settings = settingsOf(options.inputs);
    if (!settings) return failure(settings.error());
    NewUser user{
        .email = options.email, .admin = options.role == "admin", .credits = options.credits};
    if (options.password_from_stdin) {
        auto password = readPassword();
        if (!password) return failure(password.error());
        user.password = std::move(*password);
    }
    return createUser(*settings, std::move(user));
}

Result<int> list(const UserOptions& options) {
    const auto settings = settingsOf(options.inputs);
    if (!settings) return failure(settings.error());
    return listUsers(*settings);
}

Result<int> promote(const UserOptions& options) {
    const auto settings = settingsOf(options.inputs);
    if (!settings) return failure(settings.error());
    return setUserRole(*settings, options.email, options.role == "admin");
}

Result<int> grant(const UserOptions& options) {
    const auto settings = settingsOf(options.inputs);
    if (!settings) return failure(settings.error());
    return grantCredits(*settings, options.email, options.credits);
}

void addEmail(CLI::App& command, UserOptions& options) {
    command.add_option("EMAIL", options.email, "E-mail address of the account")->required();
}

void addRole(CLI::App& command, UserOptions& options) {
    command.add_option("--role", options.role, "user or admin")
        ->check(CLI::IsMember({"user", "admin"}))
        ->capture_default_str();
}

}  // namespace

void addUserCommand(CLI::App& root, Command& chosen) {
    auto* user = root.add_subcommand("user", "Make and manage accounts from the shell");
    user->require_subcommand(1);
    addSettingsCommand<UserOptions>(
        *user, chosen, "create",
        "Make an account; prints the password that was made for it unless one is given",
        [](CLI::App& command, UserOptions& options) {
            addEmail(command, options);
            addRole(command, options);
            command.add_option("--credits", options.credits, "Credits to start with")
                ->check(CLI::Range(0, 1'000'000'000));
            command.add_flag("--password-stdin", options.password_from_stdin,
                             "Read the password from standard input");
        },
        create);
    addSettingsCommand<UserOptions>(
        *user, chosen, "list", "List the accounts", [](CLI::App&, UserOptions&) {}, list);
    addSettingsCommand<UserOptions>(
        *user, chosen, "promote",
        "Make an account admin, or with --role user an ordinary one again",
        [](CLI::App& command, UserOptions& options) {
            options.role = "admin";
            addEmail(command, options);
            addRole(command, options);
        },
        promote);
    addSettingsCommand<UserOptions>(
        *user, chosen, "grant", "Give credits, or with a negative number take them away",
        [](CLI::App& command, UserOptions& options) {
            addEmail(command, options);
            command.add_option("CREDITS", options.credits, "How many")->required();
        },
        grant);
}

}  // namespace atelier
