package mail

import (
	"strings"
	"unicode"
)

// smallWords are the words that no sentence does without, and those of a support mail. A word that two
// languages have says nothing and counts for neither, so each list may name all of its own. The
// languages that the desk does not speak stand here so that they aren't taken for a neighbour's.
var smallWords = map[string]string{
	"en": `the and is are was were be been am i my me we our us you your it its this that these those there here what when
		why how who which not no don't doesn't didn't can't won't isn't haven't i'm i've it's can cannot could would should will
		have has had do does did of to for from with without on in at by as or but if because since about after before still
		again any some please thanks thank hello dear help need want get got just yet an a so also only more they them their he
		she her his all out up down into than then too very
		working work broken anything nothing nobody someone today tomorrow yesterday`,
	"de": `der die das den dem des ein eine einen einem einer eines und oder aber ist sind war waren bin bist wird werden wurde
		ich mich mir mein meine meinen meinem meiner wir uns unser unsere sie ihr ihre ihren ihnen er es nicht kein keine keinen
		nichts noch schon seit mit ohne von vom zu zum zur auf aus an am im in bei nach für fuer über ueber um durch wegen wie was
		wann warum wo wer dass daß weil wenn ob auch nur sehr mehr immer wieder bitte danke dank vielen guten hallo habe haben hat
		hatte kann können koennen könnte möchte moechte muss müssen soll sollte geht funktioniert leider heute morgen gestern
		jemand niemand man da so als bis hier gibt diese dieser dieses meines liebe lieber grüße gruß gruesse freundlichen
		tag geehrte damen herren kaputt`,
	"fr": `le la les un une des du de d l et ou mais est sont était suis être c j je me m mon ma mes nous notre nos vous votre vos
		il elle ils elles on ce cet cette ces ça qui que qu quoi quand pourquoi comment où ne n pas plus rien jamais avec sans
		pour par dans sur sous chez en au aux y a ai as avez avons ont avait peut peux pouvez pourriez voudrais veux faire fait
		merci bonjour bonsoir cordialement depuis encore toujours déjà aussi très trop bien si tout tous toute toutes s'il plaît
		svp marche fonctionne aujourd'hui demain hier personne se sa son ses leur leurs n'est c'est j'ai d'un d'une`,
	"es": `el la los las un una unos unas de del al y e o u pero es son está están estoy estaba fue ser era yo mi mis me nos
		nuestro nuestra usted ustedes su sus tu te se lo le les que qué quién cuándo cuando cómo como dónde donde por para con
		sin en sobre desde hasta no ni nada nadie nunca ya muy más también todavía aún si sí porque este esta esto ese esa eso
		he ha han hay tengo tiene tienen puedo puede pueden podría quiero quisiera hacer funciona gracias hola buenos buenas días
		tardes favor saludos hoy mañana ayer ahora otra otro vez mucho mucha`,
	"pt": `o a os as um uma uns umas de do da dos das e ou mas é são está estão estou foi ser era eu meu minha meus minhas me nos
		nós nosso nossa você vocês seu sua seus suas lhe que quem quando como onde por para com sem em no na nos nas num numa ao
		à aos pelo pela sobre desde até não nao nem nada ninguém nunca já muito mais também ainda se sim porque este esta isto
		esse essa isso tenho tem têm há posso pode podem poderia quero gostaria fazer funciona obrigado obrigada olá bom boa dia
		tarde favor cumprimentos hoje amanhã ontem agora outra outro vez`,
	"nl": `de het een en of maar is zijn was ben wordt ik mij me mijn wij we ons onze u uw jullie hij zij ze niet geen niets nog
		al sinds met zonder van te tot op uit in bij na voor over om door hoe wat wanneer waarom waar wie dat dit deze die als
		ook alleen zeer meer weer graag alstublieft bedankt dank hallo beste heb heeft hebben kan kunnen moet wil werkt doet
		helaas vandaag morgen gisteren iemand niemand er naar goedendag groet vriendelijke`,
	"it": `il lo la i gli le un uno una di del della dei delle da dal in nel nella con su per tra fra e o ma è sono era ho ha
		hanno abbiamo io mio mia mi ci noi nostro voi vostro suo sua che chi cosa quando come dove perché non più niente nulla
		nessuno ancora già molto anche solo sempre questo questa quello se grazie buongiorno buonasera salve ciao saluti
		cordiali posso può potete vorrei fare funziona oggi domani ieri al alla ai si sul sulla dalla`,
	"nordic": `och att det som en et ett är er jag jeg vi har inte ikke med på til till av af fra från för men om kan vill vil
		min mit mitt mine mina ni du den der de hvad vad hvor när når tack tak takk hej hei sedan siden eller også också
		fungerar fungerer virker ingen nu här her så var ved vid hos mig meg deg dig os oss`,
}

// spoken are the languages of which the text has small words, and how many different ones.
func spoken(text string) map[string]int {
	found, seen := map[string]int{}, map[string]bool{}
	for w := range strings.FieldsFuncSeq(strings.ReplaceAll(strings.ToLower(text), "’", "'"), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && r != '\''
	}) {
		whole := strings.Trim(w, "'")
		if language := languageOfWord[whole]; language != "" {
			if !seen[whole] {
				seen[whole] = true
				found[language]++
			}
			continue
		}
		for part := range strings.SplitSeq(whole, "'") { // l'abonnement, qu'il
			if language := languageOfWord[part]; language != "" && !seen[part] {
				seen[part] = true
				found[language]++
			}
		}
	}
	return found
}

// languageIsForeign reports whether the desk does not speak it.
func languageIsForeign(language string) bool {
	for _, ours := range languages {
		if ours == language {
			return false
		}
	}
	return true
}

// languageOfWord is the one language that has a small word.
var languageOfWord = func() map[string]string {
	of := map[string]string{}
	for language, list := range smallWords {
		for w := range strings.FieldsSeq(list) {
			if other, taken := of[w]; taken && other != language {
				of[w] = "" // two have it
				continue
			}
			of[w] = language
		}
	}
	return of
}()
