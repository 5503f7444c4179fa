#pragma once

#include <string_view>

namespace atelier {

/// Words and first names that head the lists of leaked passwords, in lower case, separated by white
/// space.
inline constexpr std::string_view kWellKnownWords = R"(
0987654321 1029384756 1122334455 1234554321 123qwe123qwe 123qweasdzxc 1q2w3e4r5t 1q2w3e4r5t6y
1qaz2wsx 1qaz2wsx3edc 1qazxsw2 a1b2c3d4e5 aaron abby abc abc123abc123 abcabc abcd abcd1234 abcde
abcdef abcdefg abcdefgh abcdefghi abigail abraham access account adam admin adminadmin
administrator adobe adrian aidan aiden airborne aladdin alan alaska albert alberto alejandra
alejandro alessandro alessia alex alexa alexander alexandra alexandre alexandria alexia alexis
alfred alfredo alice alicia alina alison allen allison allstar alpha alyssa amanda amazing amazon
amber amelia amelie america american amina amor amsterdam amy ana anaconda anarchy anastasia
anders andre andrea andreas andrei andres andrew andrey angel angela angelica angelina angelo
angels animal anita anna annabelle anne annette annie anthony antoine anton antonia antonio apollo
apple apples april aquarius archangel ariana arianna arizona armando arnold arsenal arthur arturo
asdasd asdf asdf1234 asdfasdf asdfgh asdfghjkl asdqwe asdzxc ashley ashton assassin asshole
asterix atelier athena atlanta atlantis audrey august aurora austin ava avalon avatar avengers
awesome azerty azertyuiop baby babyboy babydoll babygirl bacon badass badboy badgirl bailey banana
bananas bandit banker barbara barbie barcelona barney baseball basketball bastard batman beach
beaches bearcat beatles beatrice beatriz beautiful beauty beaver becky beer belinda bella benedict
benfica benjamin berlin bernard bernardo bernd beth bethany betty beverly bianca bigboy bigdaddy
bigdick bigdog billabong billy birthday biscuit bismillah bitch bitches biteme blackbird blackcat
blackfriday blackjack blake blessed blessing blink blizzard blonde blondie blood blossom blowjob
blue bluebird bluesky bobby bond bonjour bonnie boobies boobs booger boomer boris boston bowling
boxing bradley branch brandon brasil brasil123 braves brazil brenda brendan brian brianna bridge
britney brittany broken broncos brooke brother brownie bruce bruno bryan bryce bubba bubble
bubblegum bubbles buddha buddy budlight buffalo bugsbunny bulldog bulldogs bullet bullshit bunny
business buster butter buttercup butterfly button cactus caitlin caleb california calvin camaro
camera cameron camila camille canada cancer candice candy candyman cannon canucks captain cardinal
cardinals carina carl carla carlos carmen carol carolina caroline carolyn carpenter carter cartman
casey casino casper cassandra cassie castle catalina catcat catdog caterina catherine cathy
cecilia cedric celine celtic celtics center cesar chad challenger champion champions changeit
changeme changepassword chantal charles charlie charlotte chase cheese chelsea chelsey cheryl
chester chevrolet chevy chiara chicago chicken chicks chief china chloe chocolat chocolate chopper
chouchou chris chris123 christa christian christiane christina christine christmas christoph
christophe christopher chronic chuck ciao cinderella cindy claire clara clarence claude claudia
claudio clement clinton clover cobra cocacola cocktail coconut cody coffee colin college colorado
comcast company computer condor connie connor conrad constance contrasena contraseña cookie
cookies cool coolcool cooldude cooper copper corey cornelia corona correcthorsebatterystaple
corvette courtney cowboy cowboys coyote cracker craig crazy cricket cristian cristiano cristina
cristo crystal cuddles cupcake curtis cutie cutiepie cyclone cynthia daisy dakota dale dallas
damian damien dana dance dancer dancing danger daniel daniela daniele danielle danny dario darius
darkness darlene darling darren dave david davide dawn dean deanna deathnote debbie deborah
december default delta demo denise dennis denver deportes derek derrick desire desiree destiny
devil devin diablo diamond diana diane diego dieter digital dilan dilbert dimitri dino dinosaur
dirk dirty disney django dmitry doctor dodger dodgers doggie doggy dolores dolphin dolphins
dominic dominik dominique donald donkey donna dora doraemon doris dorothy dortmund doudou douglas
dracula dragon dragonball dragons dream dreamer dreams driver dropbox drowssap drummer ducati
dudley dummy dustin dylan eagle eagles easter eclipse eduard eduardo edward edwin eileen einstein
elaine eleanor element elena elephant elias elijah elisa elisabeth elise elizabeth ella ellen
ellie elodie elvis emanuel emerald emilia emilie emilio emily eminem emma emmanuel england enigma
enrico enrique enter enterprise entropy eric erica erich erick erik erika erin ernest ernesto
estelle esther ethan etienne eugene europa eva evan evelyn everything explorer extreme fabian
fabien fabio fabrice facebook faith falcon falcons family fantasy fatima federica federico felicia
felipe felix ferdinand fernanda fernando ferrari ficken filip fiona fire fireball firebird firefly
firefox fireman fish fisher fishing flames flamingo flash flipper florence florian florida flower
flowers fluffy flyers football fordmustang forest forever formula fortnite fortune france frances
francesca francesco francis francisco francois frank frankie franklin franz fred freddie frederic
frederick frederik freedom freeman freepass freeuser friday friedrich friend friends friendship
frodo fuck fucker fucking fuckoff fuckyou funny gabriel gabriela gabriele gabrielle galaxy gambit
gamer games gandalf gangsta garfield garrett gary gateway gators gavin geheim gemma genesis genius
george georgia gerald gerard gerhard german ghost giants gibson giggles gilbert gina ginger
giovanni girls giulia giuseppe gladys glenn gloria goblue god godisgood godisgreat godislove
godzilla golden goldfish golf golfer gonzalo goodboy goodluck google gordon gotham grace graham
grandma grant green greenday greg gregor gregory greta gryffindor guardian guest guest123
guillaume guillermo guitar gunner guns gustavo hacker hailey hallo hallowelt halo hammer hamster
hanna hannah hans happy happyday hardcore hardware harley harold harriet harry harrypotter harvey
haslo hassan hawaii hawk hawks hazel heart hearts heather heaven hector heidi heike heineken heinz
helen helena helene hello hello123 hellokitty helloworld helmut henri henrik henry herbert
hercules hermione hiphop hockey hola holiday hollywood home honda honey hooters horizon horse
horses hotdog hotmail hotrod hotstuff hottie houston hugo hunter huskers ian ibrahim icecream
iceman idontknow iforgot ignacio igor ihateyou ilaria iloveme ilovemyself iloveu iloveyou
iloveyou2 iloveyousomuch immortal imran ines inferno infinity ingrid insane inside instagram
internacional internet ireland irene irina iris ironman isaac isabel isabel123 isabella isabelle
isaiah island ismael italia ivan jack jackass jackie jackpot jackson jacob jacqueline jacques
jaguar jaime jakob jamaica jamal james james007 jamie jana jane janet janice january japan jared
jasmin jasmine jason jasper javier jayden jayhawk jean jeanette jeff jeffrey jehovah jellybean
jenna jennie jennifer jenny jeremy jerome jerry jersey jesse jessica jessie jesus jesuschrist
jesusislord jill jimmy joan joana joanna joanne joel joerg johanna johannes john johndoe johnny
johnson joker jonas jonathan jordan jordi jorge jose josef joseph josephine josh joshua joyce juan
juanita judith judy juice julia julian juliana julie julien juliette julio julius july june
june123 jurgen justin justine juventus juventus1 kaitlyn karen karin karina karl karla katana
katarina katharina katherine kathleen kathryn kathy katie katrina kawasaki kayla keith kelly
kelsey kenneth kennwort kenny kerry kevin kiara killer killer123 killme kim kimberly king kingdom
kingkong kings kirsten kitten kitty klaus knight knights kodiak kristen kristin kristina kristine
kurt kyle lacrosse ladybug lakers lalala lance laptop lara larissa larry lars laura lauren
laurence laurent lawrence leah legend legolas leila lemon lemonade lena leo leon leonard leonardo
leonie leopard leslie letitbe letmein letmeinnow letmeinplease lewis lexmark liam liberty life
light lightning lillian lily linda lindsay lindsey linkedin linkin linkinpark lion lions lisa
little liverpool lizard logan login logitech lola lollipop london london123 lorena lorenzo loretta
lorraine loser loser123 lost lotus louis louisa louise love lovebug lovelove lovely loveme lover
loverboy lovers loves loveyou lozinka luca lucas lucia luciana lucie lucky lucky7 luckydog lucy
luis luisa lukas luke lydia lynn mackenzie madeleine madison madonna madrid magdalena maggie magic
magnum mailman majestic malcolm mama mamapapa manchester manfred manuel manuela marc marcel
marcella marcelo march marco marcos marcus margaret margarita maria mariah mariam mariana marianne
marie marilyn marina marine mariners marines mario marion marisa marissa marius mark marlboro
marlene marley marshall marta martha martin martina martine martini marvin mary maserati mason
massimo master mateo mathias mathieu mathilde matilda matrix matteo matthew matthias matthieu
maureen maurice mauricio maverick max maxim maxime maximilian maxwell mazda medical megan melanie
melinda melissa melody member memory mercedes mercury meredith merlin messi metallica mexico mia
miami michael michaela michel michele michelle mickey mickeymouse microsoft midnight miguel mikael
mike mikhail milan mildred military milkshake million mine minecraft miranda miriam mission misty
mitchell mnbvcxz mobile modern mohamed mohammad mohammed moises molly momdad mommy monday money
money123 monica monika monique monitor monkey monkey123 monopoly monster montana moon moonlight
morgan moritz morning motdepasse mother motherfucker motorola mountain mouse movies mozart muffin
muhammad mummy munchkin music musica mustafa mustang mylove mynoob mypassword myself myspace nadia
nadine naked nancy naomi naruto nascar natalia natalie natasha nathalie nathan nathaniel natural
ncc1701 neil nelson nemesis netflix newlife newpassword newport newyork nicholas nico nicola
nicolas nicole nightmare nike nikita niklas nikola nikolai nikon nils nina ninja nintendo nirvana
nissan noah noel noemi nokia nopassword nora norbert norma norman nothing november november1
nugget number number1 nursing obama ocean octavio october office olga oliver olivia olivier
olympus omega open opensesame oracle orange oranges orchid orlando oscar oskar outlaw pablo
pacific packers paintball pakistan palermo pamela panda pandora panther panthers paola paolo papa
papamama paradise paris parol parola pascal pass passat passcode passion passpass passphrase passw
passwd password password1 password2 passwordpassword passwort patrice patricia patrick patrik
patriots paul paula paulina pauline peace peaches peachy peanut peanuts pearljam pebbles pedro
penelope penguin penguins penis people pepper pepsi perfect peter petra phantom philip philipp
philippe phillip phoebe phoenix phone photoshop picasso pickle picture pierre pikachu pimpin
pineapple pink pinkfloyd piper pirate pirates pizza planet platinum playboy player please
poiuytrewq pokemon police pookie pookie1 poop popcorn popeye porn porsche portugal power powers
prelude premier presario president prince princesa princess princess1 private professor progress
promise property prosper psycho pumpkin pumpkins puppy purple pussy pussycat python q1w2e3r4t5
q1w2e3r4t5y6 q2w3e4r qazwsx qazwsx123edc qazwsxedc qazxsw queen question qwe123qwe123 qweasd
qweasdzxc qweqwe qwer qwert qwerty qwerty123 qwertyqwerty qwertyui qwertyuiop qwertz qwertzuiop
rabbit rachel racing rafael raider raiders rainbow raindrop ralph ramirez ramon ramona randy
ranger ranger1 rangers raphael raquel rascal raul raven ravens raymond reading realmadrid rebecca
rebel redbull reddog redhead redrum redskins redsox redwings reggae reggie regina reginald
reinhard remember renata renate rene research rhino ricardo riccardo richard ricky rita river
robert roberta roberto robin robot rocket rockets rockstar rockybalboa rockyou rodney rodrigo
roger roland rolf rolltide roman romeo ronald ronaldo ronaldo7 rooster root rootroot rosa rosalie
rose rosemary roses rosie ross route66 roxanne royal ruben ruby rudolf russell russia ruth ryan
sabine sabrina saints sakura salam salasana sales sally salvatore samantha sammy samson samsung
samuel sandra sandro sandy santa santiago sapphire sara sarah sascha satan saturday saturn
savannah scarface schalke schatz schatzi school science scooby scoobydoo scooter scorpio scorpion
scotland scott seahawks sean sebastian sebastien secret security seinfeld semperfi senha senha123
senior september serena serenity serge sergei sergey sergio service seth sexsex sexy sexybitch
sexygirl shadow shadows shalom shane shannon shark sharks sharon shaun shawn sheila shelby shelby1
sheriff shinobi shirley shit shithead shopping shorty sierra sifre silke silver silvia simon
simona simone sister skater skipper skittles skyline slayer slayer666 slipknot smile smiles smiley
smith smoke smokey smooth sneakers snickers snoopy snowball snowboard snowflake snowman soccer
socrates sofia sofie software soldier soleil solo something sommer sonia sonic sonja sonnenschein
sophia sophie soulmate southpark spain spanky sparkle sparky spartan spartans special speed speedy
spencer sphinx spider spiderman spirit spongebob sporting sports spring spring123 squirrel stacey
stacy stanford stanley star starfish stargate stars startrek starwars station stealth steelers
stefan stefania stefanie stefano stella stephan stephane stephanie stephen sterling steve steven
stewart sticky stinky stitch stone storm strawberry stuart student studio stupid subaru submit
success sugar summer summer123 sunday sunflower sunny sunrise sunset sunshine superman superman1
supernova superstar superuser support supreme surfer surfing susan susanne suzanne suzuki sven
svetlana sweet sweetheart sweetie sweetpea sweets swimming swordfish sydney sylvia sylvie system
tamara tammy tania tanja tanya tara target tarheels tatiana tattoo taylor teacher team teamo teddy
teddybear temp temppassword tennis tequiero tequila teresa terminator terry test tester testing
testpassword testtest texas thea theman theo theodore theresa thierry thomas thunder thursday
tiffany tiger tigers tigger tim time timothy tina tinker tinkerbell titanic titans tobias todd
together tom tommy tony toor topgun toronto toto tottenham toyota tracey tracy traffic
transformers travel travis treasure trevor trinity trinity3 tristan trixie trombone trouble trucks
trumpet trustme trustno trustnoone tuesday turtle tweety twilight twinkle twitter tyler ulrich
ulrike undertaker unicorn united universal universe unknown ursula user username uwe valentin
valentina valeria valerie vampire vanessa vegeta venice venom venus vera veronica veronika vfrtgb
vicky victor victoria victory vietnam viking vikings viktor viktoria village vincent vincenzo
vintage viola violet viper virgin virginia virus vision vivian viviane vladimir volcano volker
volkswagen volleyball voodoo voyager wachtwoord walmart walter wanda warcraft warlock warren
warrior warriors water watermelon wedding wednesday weed weezer welcome wendy wesley whatever
whatsup whiskey white wildcat wildcats wilhelm william willie windows windsurf winner winnie
winston winter winter123 wizard wolf wolfgang wolfpack wolverine wolves woman wonder wonderful
woody wordpass world worldcup wrestling xavier yamaha yankee yankees yasmin yellow yolanda yourmom
yourpassword youtube yvette yvonne zachary zaq zaq12wsx zaq12wsxcde zaq1xsw2 zaqwsx zebra zeppelin
zidane zoe zoey zombie zorro zxcasd zxcasdqwe zxcvbn zxcvbnm
)";

}  // namespace atelier
