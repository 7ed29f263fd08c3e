package mail

import (
	"strings"
	"testing"
)

// shortTexts are what people write in a line or two, and the language they write in; empty where one
// can't or needn't tell.
var shortTexts = []struct{ text, in string }{
	{"Router broken please help", "en"},
	{"My internet is not working since this morning", "en"},
	{"Hi, can you call me back today? Thanks", "en"},
	{"Invoice 20931 is wrong, I paid it twice.", "en"},
	{"When will the engineer come? We have been waiting for two weeks.", "en"},
	{"Please cancel my contract at the end of the month.", "en"},
	{"Still no signal on the Fritzbox 7590 after the update", "en"},
	{"Any news on my refund?", "en"},
	{"Password reset link does not arrive", "en"},
	{"Hello again, nobody called", "en"},
	{"I want to change the bank account you debit", "en"},
	{"Mon router sent back on Tuesday, refund?", "en"},
	{"Thank you so much, that did it!", "en"},
	{"Mein Internet geht seit gestern nicht mehr", "de"},
	{"Guten Tag, wann kommt der Techniker?", "de"},
	{"Bitte um Rückruf wegen der Rechnung 20931", "de"},
	{"Router kaputt, bitte um schnelle Hilfe", "de"},
	{"Die Rechnung stimmt nicht, ich habe schon bezahlt.", "de"},
	{"Guten Tag und vielen Dank für Ihre Hilfe", "de"},
	{"Rechnung falsch please help", "de"},
	{"Hallo, ich möchte meinen Vertrag kündigen.", "de"},
	{"Update auf Firmware 7.57 fehlgeschlagen", "de"},
	{"Bonjour, ma connexion ne marche plus depuis hier", "fr"},
	{"Pourriez-vous me rappeler, s'il vous plaît ?", "fr"},
	{"Je n’ai toujours pas reçu la facture", "fr"},
	{"Merci beaucoup pour votre réponse rapide", "fr"},
	{"Problème de facture numéro 20931", "fr"},
	{"L'abonnement n'est pas résilié", "fr"},
	{"Hola, no tengo internet desde ayer", "es"},
	{"¿Cuándo viene el técnico? Gracias", "es"},
	{"La factura está mal, por favor revisen", "es"},
	{"Buenos días, quiero cancelar mi contrato", "es"},
	{"Muchas gracias por su ayuda", "es"},
	{"Router roto, necesito ayuda urgente", "es"},
	{"Olá, estou sem internet desde ontem", "pt"},
	{"A fatura está errada, por favor corrijam", "pt"},
	{"Quando é que vem o técnico? Obrigado", "pt"},
	{"Bom dia, ainda não recebi o reembolso", "pt"},
	{"Muito obrigada pela vossa ajuda", "pt"},
	{"De internetverbinding is al sinds gisteren kapot", ""},
	{"Kunt u mij terugbellen over de factuur alstublieft", ""},
	{"Buongiorno, la mia connessione non funziona da ieri", ""},
	{"Hej, jag har inte fått någon faktura för maj", ""},
	{"Hello, bonjour, hallo, hola zusammen", ""},
	{"Hello team, der Router ist kaputt und ich warte. Please call me.", ""},
	{"Fritzbox 7590 AX Netgear Nighthawk", ""},
	{"Samsung Galaxy S24 Ultra 256 GB titanium", ""},
	{"Northlight Broadband Premium Fibre 1000", ""},
	{"Le Creuset La Marzocco Linea Mini", ""},
	{"Maria Fernanda de Souza Oliveira", ""},
	{"asdf qwer uiop hjkl yxcv bnm", ""},
}

func TestAShortTextIsNeverTakenForAnotherLanguage(t *testing.T) {
	told, speaks := 0, 0
	for _, c := range shortTexts {
		got := Language(c.text)
		if got != "" && got != c.in {
			t.Errorf("%q: %q, and it is %q", c.text, got, c.in)
		}
		if c.in != "" {
			speaks++
		}
		if got != "" {
			told++
		} else if c.in != "" {
			t.Logf("not told: %q", c.text)
		}
	}
	if told < speaks*6/10 {
		t.Errorf("of %d short texts %d are told", speaks, told)
	}
}

func TestAQuotedMailDoesNotChangeTheLanguage(t *testing.T) {
	text := "Vielen Dank, das hat mir sehr geholfen.\n\n> " + strings.Repeat("Please restart the router and tell us what you see. ", 3)
	if got := Language(text); got != "de" {
		t.Errorf("%q", got)
	}
}
