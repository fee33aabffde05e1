// Package application is how a regional government comes to a space of its own:
// its personnel agency asks, without an account, with the number of an official
// letter; the administrator of the installation holds the letter against what
// was asked and approves or rejects. Approval opens the space and the account of
// its first administrator in one commit.
//
// Nobody learns from it whether somebody else asked, and who asked is forgotten
// with the decision: what remains is the account.
package application
