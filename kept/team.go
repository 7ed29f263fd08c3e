package kept

// Team is people who serve customers together. A conversation that nobody has taken is a team's.
type Team struct {
	ID       ID     `json:"id"`
	Name     string `json:"name"`
	Lead     ID     `json:"lead,omitempty"`     // the agent who is told what goes wrong; zero: nobody yet
	Members  []ID   `json:"members"`            // agents; the lead needn't be one of them
	Calendar ID     `json:"calendar,omitempty"` // the team's hours; zero: the organization's
	Inboxes  []ID   `json:"inboxes"`            // what arrives there is the team's
}

// Company is a business that contacts belong to.
type Company struct {
	ID       ID     `json:"id"`
	Name     string `json:"name"`
	Tier     string `json:"tier,omitempty"`     // "gold": what policies ask for; empty: none
	Calendar ID     `json:"calendar,omitempty"` // the company's hours; zero: not known
}
