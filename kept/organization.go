package kept

// Organization is the business that the desk belongs to: one per database.
type Organization struct {
	Name     string `json:"name"`
	Zone     string `json:"zone"`     // IANA name
	Language string `json:"language"` // BCP 47
	Address  string `json:"address"`  // the line at the foot of customers' pages and mails
	Brand    string `json:"brand"`    // the tenant's colour on customers' pages, "#rrggbb"; empty: Kept's own
	URL      string `json:"url"`      // where customers reach the desk, "https://help.example.com"
}
