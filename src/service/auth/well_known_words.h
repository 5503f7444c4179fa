#pragma once

#include <string_view>

namespace atelier {

/// Words that head the lists of leaked passwords, in lower case, separated by white space. What is
/// put around them is stripped before they are looked up.
inline constexpr std::string_view kWellKnownWords = R"(
0987654321 1029384756 1122334455 1234554321 123qwe123qwe 123qweasdzxc 1q2w3e4r5t 1q2w3e4r5t6y
1qaz2wsx 1qaz2wsx3edc 1qazxsw2 a1b2c3d4e5 abc abc123abc123 abcabc abcd abcd1234 abcde abcdef
abcdefg abcdefgh abcdefghi access account admin adminadmin administrator adobe apple asdf asdf1234
asdfasdf asdfgh asdfghjkl atelier august azerty azertyuiop babygirl bailey baseball basketball
batman biteme blackfriday butterfly changeit changeme charlie cheese chelsea chocolate christmas
company computer cookie correcthorsebatterystaple daniel december default demo diamond donald
dragon dropbox everything facebook flower football forever freedom friends george ginger google
guest hannah harley hello helloworld hottie hunter icecream ihateyou iloveme ilovemyself iloveyou
iloveyousomuch instagram internet january jennifer jessica jordan joshua justin killer letmein
letmeinnow letmeinplease linkedin liverpool login lovely loveme loveyou maggie manchester master
matrix michael michelle microsoft minecraft monday monkey mustang mynoob mypassword naruto
newpassword nicole nothing november october oracle pass passcode passpass passphrase passw passwd
password passwordpassword pepper photoshop pokemon princess purple q1w2e3r4t5 q1w2e3r4t5y6 q2w3e4r
qazwsx qazwsx123edc qazwsxedc qwe123qwe123 qwer qwert qwerty qwertyqwerty qwertyui qwertyuiop
qwertz qwertzuiop ranger rockyou root rootroot samsung secret september service shadow snoopy
soccer solo spiderman spring starwars summer sunshine superman superstar system temp temppassword
test tester testing testpassword testtest thomas tigger trustno twitter unknown user username
welcome whatever william winter yourpassword zaq zaq12wsx zaq12wsxcde zxcvbn zxcvbnm
)";

}  // namespace atelier
